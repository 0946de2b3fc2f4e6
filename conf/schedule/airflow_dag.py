"""The night as an Airflow DAG (2.4 or newer, 3 too). Copy it into the folder of DAGs.

run_night.py retries by exit code, so Airflow does not. The night is the one that Airflow names, so
that `airflow dags backfill` curates past ones.
"""

from datetime import UTC, datetime, timedelta

try:
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.sdk import DAG
except ImportError:  # before Airflow 3
    from airflow import DAG
    from airflow.operators.bash import BashOperator
from airflow.timetables.interval import CronDataIntervalTimetable

COMMAND = (
    "/opt/curation/.venv/bin/python /opt/curation/conf/schedule/run_night.py "
    "--alert /etc/curation/alert -- /opt/curation/.venv/bin/python /opt/curation/jobs/curate.py "
    "--config /etc/curation/nightly.yaml"
)

with DAG(
    dag_id="curation",
    description="Curate the last night of conversations",
    # Named, as a bare cron line means another day in Airflow 3 than in Airflow 2.
    schedule=CronDataIntervalTimetable("0 3 * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,  # one run holds a warehouse
) as dag:
    # CURATION_KEY comes from the worker's environment, never from a variable of Airflow.
    BashOperator(
        task_id="curate",
        bash_command=f"exec {COMMAND} --ds {{{{ data_interval_start | ds }}}}",
        append_env=True,
        retries=0,
        execution_timeout=timedelta(hours=24),
    )
