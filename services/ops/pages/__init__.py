"""The templates, scripts and styles of the board, served as they are; nothing comes from another host."""
