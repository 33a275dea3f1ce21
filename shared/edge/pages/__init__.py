"""The screens: plain pages and small modules of our own, served as they are."""
