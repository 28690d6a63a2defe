"""An optional judge: a model that reads logs under a rubric, beside the rules and never in their place."""
