"""Engines that bring claims to the loop, person by person, and carry results away. They open nothing themselves."""
