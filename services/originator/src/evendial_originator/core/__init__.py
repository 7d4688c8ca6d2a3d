"""What the originator decides, without any input or output."""
