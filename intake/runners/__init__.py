"""What the engine runs: poll, handle, send, watch. Each keeps one beat: gather all facts, decide, save in one
transaction.
"""
