"""Files of every shape that departments send, each brought to grids. Nothing here knows what a column means."""
