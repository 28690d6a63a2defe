"""What an effect means: owner of the destination, authority, secrets carried."""
