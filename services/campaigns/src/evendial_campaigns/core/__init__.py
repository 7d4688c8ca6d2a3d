"""What the campaigns service decides; no input, output, clock or chance in here."""
