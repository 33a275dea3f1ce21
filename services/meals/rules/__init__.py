"""The choices about meals, one file each: who is in the house, who may eat what and when, which dish, what has to be stopped."""
