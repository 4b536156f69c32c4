# Every target sets up what it needs; what is there and has not changed is left alone.
.DEFAULT_GOAL := help
.PHONY: help run test check index train serve bench eval lock clean venv dev rasa-venv ready chromium
MAKEFLAGS += --no-print-directory
# sh scripts/find-python.sh prints the Python 3.11 to begin with, or says what is missing.
FIND := python=$$(sh scripts/find-python.sh)
BIN := .venv/bin

help: ## 이 목록을 보여줘요
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: ## 모든 준비를 하고 http://localhost:8000 에서 시작해요
	@$(FIND) && $$python -m assistant.setup_steps check && $$python scripts/venv.py && exec $(BIN)/onecall run

test: ## 모든 준비를 하고 검사와 시험을 돌려요
	@$(MAKE) -j2 ready check
	@$(BIN)/python -m pytest -n 3 --dist loadfile

check: dev ## 형식, 규칙, 타입을 검사해요
	@$(BIN)/ruff format --check -q .
	@$(BIN)/ruff check -q .
	@$(BIN)/mypy --strict

index: venv ## 바뀐 것이 있으면 인코더와 검색 색인을 만들어요
	@$(BIN)/onecall index build --if-stale

train: index rasa-venv ## 바뀐 것이 있으면 Rasa를 학습시켜요
	@$(BIN)/onecall rasa train

serve: index ## Rasa 없이 서비스만 시작해요
	@exec $(BIN)/onecall serve

bench: train ## 속도를 재요
	@$(BIN)/onecall bench

eval: train ## 답의 품질을 재요
	@$(BIN)/onecall eval

lock: ## pyproject.toml로 requirements*.lock을 새로 써요
	@$(FIND) && $$python scripts/lock.py

clean: ## 만든 것을 모두 지워요 (대화와 문의가 든 var/는 남겨요)
	@rm -rf .venv .venv-rasa .rasa .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .schemathesis *.egg-info
	@find index -mindepth 1 ! -name README.md -delete
	@find assistant tests -name __pycache__ -type d -prune -exec rm -rf {} +

# What `make test` needs; in this order two jobs at once are done soonest (Rasa takes longest).
ready: train dev chromium

venv:
	@$(FIND) && $$python scripts/venv.py

dev: venv
	@$(FIND) && $$python scripts/venv.py --dev

rasa-venv: venv
	@$(BIN)/onecall rasa install

chromium:
	@sh scripts/chromium.sh
