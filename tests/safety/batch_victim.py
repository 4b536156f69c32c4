"""A program that works off batches until it is killed: `batch_victim.py SETUP FOLDER`."""

import pickle
import sys
from pathlib import Path

from assistant.safety.batches import runner as batch_runner
from assistant.safety.batches.crew import HereAndNow
from assistant.safety.batches.files import BatchFiles
from assistant.safety.batches.runner import BatchRunner
from assistant.safety.batches.store import BatchStore
from assistant.safety.database import open_safety_database
from assistant.safety.gather import Gatherer
from assistant.safety.mirror.reading import Mirror

batch_runner.CHUNK_ROWS = 20
setup = pickle.loads(Path(sys.argv[1]).read_bytes())
engine = open_safety_database(setup.database_url)
gatherer = Gatherer(Mirror(engine), setup.requirements)
BatchRunner(BatchStore(engine, BatchFiles(Path(sys.argv[2]))), [HereAndNow(gatherer), HereAndNow(gatherer)]).work_off()
