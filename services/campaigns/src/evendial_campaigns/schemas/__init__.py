"""What the HTTP API takes and gives. Nothing here is ever said on the bus."""
