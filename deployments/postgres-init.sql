-- A role and a database each, so that no service can read what is another's. Passwords come from the
-- environment: they stand in no file and on no command line.
\getenv prefect_password PREFECT_DB_PASSWORD
\getenv mlflow_password MLFLOW_DB_PASSWORD
\getenv journal_password JOURNAL_DB_PASSWORD

CREATE ROLE prefect LOGIN PASSWORD :'prefect_password';
CREATE ROLE mlflow LOGIN PASSWORD :'mlflow_password';
CREATE ROLE journal LOGIN PASSWORD :'journal_password';

CREATE DATABASE prefect OWNER prefect;
CREATE DATABASE mlflow OWNER mlflow;
CREATE DATABASE mlflow_auth OWNER mlflow;
CREATE DATABASE journal OWNER journal;

REVOKE CONNECT ON DATABASE prefect, mlflow, mlflow_auth, journal FROM PUBLIC;
