"""Settlement: the compiled loop, what feeds it, and the plain oracle that checks it."""
