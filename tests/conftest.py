"""What holds for all tests."""

import os

# One thread in each process: the matrices here are small, and threads that wait for each other on a busy machine make
# the tagger six times as slow. The service's own readers do the same (`parsers/sandbox_child.py`).
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
