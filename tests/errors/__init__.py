"""The mistakes people make, and what they are told."""
