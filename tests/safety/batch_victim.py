"""A program that works off batches until it is killed: `batch_victim.py SETUP FOLDER`."""

import pickle
import sys
from pathlib import Path

from assistant.safety import batch_runner
from assistant.safety.batch_files import BatchFiles
from assistant.safety.batch_runner import BatchRunner
from assistant.safety.batches import BatchStore
from assistant.safety.crew import HereAndNow
from assistant.safety.database import open_safety_database
from assistant.safety.gather import Gatherer
from assistant.safety.mirror import Mirror

batch_runner.CHUNK_ROWS = 20
setup = pickle.loads(Path(sys.argv[1]).read_bytes())
engine = open_safety_database(setup.database_url)
gatherer = Gatherer(Mirror(engine), setup.requirements)
BatchRunner(BatchStore(engine, BatchFiles(Path(sys.argv[2]))), [HereAndNow(gatherer), HereAndNow(gatherer)]).work_off()
