"""A script that is played as a model, for clients that know no more of a model than its address."""
