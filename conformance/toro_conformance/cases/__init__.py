"""The cases, one file a primitive or a promise."""
