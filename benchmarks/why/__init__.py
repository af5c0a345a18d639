"""Why ours costs what it costs: what each promise adds to the floor, one after the other."""
