package cloud

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const password = "hunter2-hunter2"

func (w *world) secret(changes ...map[string]any) map[string]any {
	w.Helper()
	return with(map[string]any{"name": "pitboss/mt/wallet", "recoveryWindowInDays": 30, "arn": Unknown, "kmsKeyId": w.key(home),
		"replicas": []any{map[string]any{"region": standby, "kmsKeyId": w.key(standby), "status": Unknown}}}, changes...)
}

func TestASecretAndItsCopyShareTheirSuffix(t *testing.T) {
	w := newWorld(t)
	secret := w.make(home, "aws_secretsmanager_secret", w.secret())
	require.Regexp(t, `^arn:aws:secretsmanager:eu-south-1:111122223333:secret:pitboss/mt/wallet-[0-9a-zA-Z]{6}$`, secret.ID)
	require.Equal(t, secret.ID, secret.Props["arn"])
	require.Equal(t, "InSync", secret.Props["replicas"].([]any)[0].(map[string]any)["status"])
	there := "arn:aws:secretsmanager:eu-central-1:111122223333:secret:" + secret.ID[len("arn:aws:secretsmanager:eu-south-1:111122223333:secret:"):]
	for arn, region := range map[string]string{secret.ID: home, there: standby} {
		ok, err := w.cloud.secretIn(account, region, arn)
		require.NoError(t, err)
		require.True(t, ok, arn)
	}
	ok, err := w.cloud.secretIn(account, standby, secret.ID)
	require.NoError(t, err)
	require.False(t, ok, "the source's ARN is of its own region")
	version := w.make(home, "aws_secretsmanager_secret_version", map[string]any{"secretId": secret.ID, "secretString": password, "arn": Unknown, "versionId": Unknown})
	require.Equal(t, secret.ID, version.Props["arn"])
	require.Equal(t, secret.ID+"|"+version.String("versionId"), version.ID)
}

func TestWhatSecretsManagerRefuses(t *testing.T) {
	cases := map[string]struct {
		reason string
		change map[string]any
		code   string
	}{
		"Good":       {"keys are in their regions", nil, ""},
		"NoKey":      {"its key exists", map[string]any{"kmsKeyId": "arn:aws:kms:eu-south-1:111122223333:key/x"}, "InvalidParameterException"},
		"NoCopysKey": {"a copy's key exists", map[string]any{"replicas": []any{map[string]any{"region": standby, "kmsKeyId": "arn:aws:kms:eu-central-1:111122223333:key/x"}}}, "InvalidParameterException"},
		"Here":       {"a copy is somewhere else", map[string]any{"replicas": []any{map[string]any{"region": home}}}, "InvalidParameterException"},
		"AWSsKey":    {"AWS's own key is there", map[string]any{"replicas": []any{map[string]any{"region": standby}}, "kmsKeyId": nil}, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			_, err := w.try(home, "aws_secretsmanager_secret", w.secret(c.change))
			if c.code == "" {
				require.NoError(t, err, c.reason)
				return
			}
			w.refuses(c.code, err)
		})
	}
	_, err := newWorld(t).try(home, "aws_secretsmanager_secret_version", map[string]any{"secretId": "arn:none", "secretString": password})
	newWorld(t).refuses("ResourceNotFoundException", err)
	require.NotContains(t, err.Error(), password)
}

func TestADeletedSecretKeepsItsName(t *testing.T) {
	w := newWorld(t)
	plan := w.secret()
	secret := w.make(home, "aws_secretsmanager_secret", plan)
	_, err := w.try(home, "aws_secretsmanager_secret", with(plan, map[string]any{"description": "another"}))
	w.refuses("ResourceExistsException", err)
	w.delete(secret)
	_, err = w.cloud.Read(account, home, secret.Type, secret.ID)
	require.True(t, IsNotFound(err), "for everybody it is gone")
	_, err = w.try(home, "aws_secretsmanager_secret", plan)
	w.refuses("InvalidRequestException", err)
	w.now = w.now.Add(31 * 24 * time.Hour)
	again := w.make(home, "aws_secretsmanager_secret", with(plan, map[string]any{"recoveryWindowInDays": 0}))
	w.delete(again)
	w.make(home, "aws_secretsmanager_secret", plan) // without a window it is free at once
}

func TestAProxyHasItsSecretsAndItsRole(t *testing.T) {
	w := newWorld(t)
	secret := w.make(home, "aws_secretsmanager_secret", w.secret())
	plan := map[string]any{"name": "ledger", "engineFamily": "POSTGRESQL", "roleArn": w.roleARN("proxy"), "vpcSubnetIds": w.subnets(home),
		"auths": []any{map[string]any{"secretArn": secret.ID}}, "arn": Unknown, "endpoint": Unknown}
	_, err := w.try(home, "aws_db_proxy", plan)
	w.refuses("InvalidParameterValue", err)
	w.role("proxy")
	_, err = w.try(home, "aws_db_proxy", with(plan, map[string]any{"auths": []any{map[string]any{"secretArn": secret.ID + "x"}}}))
	w.refuses("InvalidParameterValue", err)
	proxy := w.make(home, "aws_db_proxy", plan)
	require.Regexp(t, `^ledger\.proxy-[0-9a-f]{12}\.eu-south-1\.rds\.amazonaws\.com$`, proxy.String("endpoint"))
	require.Regexp(t, `^arn:aws:rds:eu-south-1:111122223333:db-proxy:prx-`, proxy.Props["arn"])
	group := w.make(home, "aws_db_proxy_default_target_group", map[string]any{"dbProxyName": "ledger", "name": Unknown,
		"connectionPoolConfig": map[string]any{"maxConnectionsPercent": 80, "connectionBorrowTimeout": Unknown}})
	require.Equal(t, map[string]any{"maxConnectionsPercent": 80.0, "connectionBorrowTimeout": 120}, map[string]any{
		"maxConnectionsPercent":   group.Props["connectionPoolConfig"].(map[string]any)["maxConnectionsPercent"],
		"connectionBorrowTimeout": group.Props["connectionPoolConfig"].(map[string]any)["connectionBorrowTimeout"]})
	_, err = w.try(home, "aws_db_proxy_target", map[string]any{"dbProxyName": "ledger", "targetGroupName": "default", "dbClusterIdentifier": "none"})
	w.refuses("DBClusterNotFoundFault", err)
}

func TestABackupVaultUnderAComplianceLock(t *testing.T) {
	w := newWorld(t)
	_, err := w.try(home, "aws_backup_vault", map[string]any{"name": "v", "kmsKeyArn": "arn:aws:kms:eu-central-1:111122223333:key/x"})
	w.refuses("InvalidParameterValueException", err)
	vault := w.make(home, "aws_backup_vault", map[string]any{"name": "v", "kmsKeyArn": w.key(home), "arn": Unknown, "recoveryPoints": Unknown})
	require.Equal(t, "arn:aws:backup:eu-south-1:111122223333:backup-vault:v", vault.Props["arn"])
	plan := map[string]any{"backupVaultName": "v", "minRetentionDays": 7, "maxRetentionDays": 400, "changeableForDays": 3, "backupVaultArn": Unknown}
	for change, code := range map[string]string{"changeableForDays": "InvalidParameterValueException", "maxRetentionDays": "InvalidParameterValueException"} {
		_, err = w.try(home, "aws_backup_vault_lock_configuration", with(plan, map[string]any{change: 2}))
		w.refuses(code, err)
	}
	_, err = w.try(home, "aws_backup_vault_lock_configuration", with(plan, map[string]any{"backupVaultName": "none"}))
	w.refuses("ResourceNotFoundException", err)
	lock := w.make(home, "aws_backup_vault_lock_configuration", plan)
	require.Equal(t, vault.Props["arn"], lock.Props["backupVaultArn"])
	w.delete(lock) // within its grace
	lock = w.make(home, "aws_backup_vault_lock_configuration", plan)

	w.now = w.now.Add(4 * 24 * time.Hour)
	w.refuses("InvalidRequestException", w.tryDelete(lock))
	_, err = w.try(home, "aws_backup_vault_lock_configuration", with(plan, map[string]any{"minRetentionDays": 1}))
	w.refuses("InvalidRequestException", err)
	_, err = w.cloud.Drift(account, home, vault.Type, vault.ID, map[string]json.RawMessage{"recoveryPoints": []byte("2"), "forceDestroy": []byte("true")})
	require.NoError(t, err)
	w.refuses("InvalidRequestException", w.tryDelete(vault))
	_, err = w.cloud.Drift(account, home, vault.Type, vault.ID, map[string]json.RawMessage{"recoveryPoints": []byte("0")})
	require.NoError(t, err)
	w.delete(vault) // an empty one may go, and its lock with it
	_, err = w.cloud.Read(account, home, lock.Type, lock.ID)
	require.True(t, IsNotFound(err))
}

func TestAVaultWithRecoveryPoints(t *testing.T) {
	w := newWorld(t)
	vault := w.make(home, "aws_backup_vault", map[string]any{"name": "v", "recoveryPoints": Unknown})
	w.make(home, "aws_backup_vault_lock_configuration", map[string]any{"backupVaultName": "v", "minRetentionDays": 7}) // governance
	_, err := w.cloud.Drift(account, home, vault.Type, vault.ID, map[string]json.RawMessage{"recoveryPoints": []byte("2")})
	require.NoError(t, err)
	w.refuses("InvalidRequestException", w.tryDelete(vault))
	w.delete(w.change(w.read(vault), map[string]any{"forceDestroy": true}))
}

func TestBackupPlans(t *testing.T) {
	w := newWorld(t)
	rule := func(changes map[string]any) map[string]any {
		return map[string]any{"name": "p", "arn": Unknown, "rules": []any{with(map[string]any{"ruleName": "daily", "targetVaultName": "v"}, changes)}}
	}
	_, err := w.try(home, "aws_backup_plan", rule(nil))
	w.refuses("InvalidParameterValueException", err)
	w.make(home, "aws_backup_vault", map[string]any{"name": "v"})
	_, err = w.try(home, "aws_backup_plan", rule(map[string]any{"lifecycle": map[string]any{"coldStorageAfter": 30, "deleteAfter": 60}}))
	w.refuses("InvalidParameterValueException", err)
	plan := w.make(home, "aws_backup_plan", rule(map[string]any{"lifecycle": map[string]any{"coldStorageAfter": 30, "deleteAfter": 120}}))
	selection := map[string]any{"name": "s", "planId": plan.ID, "iamRoleArn": w.roleARN("backup")}
	_, err = w.try(home, "aws_backup_selection", selection)
	w.refuses("InvalidParameterValueException", err)
	w.role("backup")
	made := w.make(home, "aws_backup_selection", selection)
	w.refuses("InvalidRequestException", w.tryDelete(plan))
	w.delete(made, plan)
}

func TestSecretsAreMasked(t *testing.T) {
	schema, err := testSchema()
	require.NoError(t, err)
	for _, name := range schema.Secrets() {
		require.True(t, sensitive[name], "the provider calls %s sensitive: add it to mask.go", name)
	}
	r := Resource{Props: map[string]any{"secretString": password, "name": "n", "token": "", "list": []any{map[string]any{"authToken": password}}},
		Planned: map[string]any{"masterPassword": password}}
	data, err := json.Marshal(Masked(r))
	require.NoError(t, err)
	require.NotContains(t, string(data), password)
	require.Contains(t, string(data), `"name":"n"`)
	require.Equal(t, password, r.Props["secretString"], "the original stays")
	require.Equal(t, []string{password, password}, Secrets(r.Props))
	require.Empty(t, Secrets(map[string]any{"masterPassword": Unknown, "authToken": ""}))
}
