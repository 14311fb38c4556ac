"""What only reads: records as they are listed and shown, by plain SQL on the views.

Nothing here imports the models, so that a person who asks for a list does not wait for them.
"""
