"""run only the mutations of matching"""

import sys

from tests import mutate
from tests.mutations import matching

mutate.SUBJECTS = (matching,)
sys.argv = ["x", *sys.argv[1:]]
sys.exit(mutate.main())
