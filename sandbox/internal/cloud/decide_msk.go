package cloud

import (
	"fmt"
	"strings"
)

// decideBrokers: only those lists of brokers are filled whose way in is open.
func decideBrokers(c *Cloud, r Resource, old, out map[string]any) error {
	out["clusterUuid"] = r.ID[strings.LastIndex(r.ID, "/")+1:]
	out["enhancedMonitoring"], out["storageMode"] = "DEFAULT", "LOCAL"
	iam, _ := r.at("clientAuthentication.sasl.iam").(bool)
	scram, _ := r.at("clientAuthentication.sasl.scram").(bool)
	tls := len(names(r.at("clientAuthentication.tls.certificateAuthorityArns"))) > 0
	open, _ := r.at("clientAuthentication.unauthenticated").(bool)
	for name, way := range map[string]struct {
		on   bool
		port int
	}{
		"bootstrapBrokersSaslIam": {iam, 9098}, "bootstrapBrokersSaslScram": {scram, 9096},
		"bootstrapBrokersTls": {tls || open, 9094}, "bootstrapBrokersVpcConnectivitySaslIam": {offersIAM(r), 14001},
		"bootstrapBrokers": {}, "bootstrapBrokersPublicSaslIam": {}, "bootstrapBrokersPublicSaslScram": {}, "bootstrapBrokersPublicTls": {},
		"bootstrapBrokersVpcConnectivitySaslScram": {}, "bootstrapBrokersVpcConnectivityTls": {},
	} {
		out[name] = ""
		if way.on {
			out[name] = brokers(r, "b", way.port)
		}
	}
	out["zookeeperConnectString"], out["zookeeperConnectStringTls"] = "", ""
	if !strings.HasSuffix(r.String("kafkaVersion"), ".kraft") {
		out["zookeeperConnectString"], out["zookeeperConnectStringTls"] = brokers(r, "z", 2181), brokers(r, "z", 2182)
	}
	return decideVersion(c, r, old, out)
}

func brokers(r Resource, letter string, port int) string {
	n, _ := r.Props["numberOfBrokerNodes"].(float64)
	var list []string
	for i := range min(int(n), 3) { // MSK names three, whatever there are
		list = append(list, fmt.Sprintf("%s-%d.%s.%s.c2.kafka.%s.amazonaws.com:%d",
			letter, i+1, strings.ToLower(r.String("clusterName")), hexID(6, r.ID), r.Region, port))
	}
	return strings.Join(list, ",")
}

// decideVersion: every change gives another version, which the next one names.
func decideVersion(c *Cloud, r Resource, _, out map[string]any) error {
	out["currentVersion"] = "K" + strings.ToUpper(hexID(13, r.ID, c.options.Now()))
	return nil
}

func decideRevision(_ *Cloud, _ Resource, old, out map[string]any) error {
	before, _ := old["latestRevision"].(float64)
	out["latestRevision"] = before + 1
	return nil
}

func decideScalingPolicy(_ *Cloud, r Resource, _, out map[string]any) error {
	alarm := "arn:" + partition(r.Region) + ":cloudwatch:" + r.Region + ":" + r.Account + ":alarm:TargetTracking-" + r.String("resourceId") + "-"
	out["alarmArns"] = []any{alarm + "AlarmHigh-" + uuidOf(&r)}
	return nil
}

func decideSecretVersion(_ *Cloud, r Resource, _, out map[string]any) error {
	secret, version, _ := strings.Cut(r.ID, "|")
	out["arn"], out["versionId"], out["versionStages"] = secret, version, []any{"AWSCURRENT"}
	return nil
}

func decideVault(_ *Cloud, r Resource, old, out map[string]any) error {
	if old == nil {
		out["recoveryPoints"] = 0
	}
	if r.String("kmsKeyArn") == "" {
		out["kmsKeyArn"] = defaultKey(r, "backup")
	}
	return nil
}

func decideVaultLock(_ *Cloud, r Resource, _, out map[string]any) error {
	vault := r
	vault.Type, vault.ID = "aws_backup_vault", r.String("backupVaultName")
	out["backupVaultArn"] = arnOf(vault)
	return nil
}

func decidePlan(c *Cloud, r Resource, _, out map[string]any) error {
	out["version"] = uuid(r.ID, c.options.Now())
	return nil
}
