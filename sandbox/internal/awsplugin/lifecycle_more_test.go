//go:build integration

package awsplugin

func (p *plane) proxy(region string, cluster, role, secret, group *thing, subnets []any) {
	p.Helper()
	arn := secret.id
	if region == standby {
		arn = "arn:aws:secretsmanager:" + standby + arn[len("arn:aws:secretsmanager:"+home):]
	}
	proxy := p.add(region, "aws:rds/proxy:Proxy", "ledger", m{"name": "ledger-" + region, "engineFamily": "POSTGRESQL", "roleArn": role.arn(), "requireTls": true,
		"vpcSubnetIds": subnets, "vpcSecurityGroupIds": []any{group.id},
		"auths": []any{m{"authScheme": "SECRETS", "iamAuth": "REQUIRED", "secretArn": arn, "clientPasswordAuthType": "POSTGRES_SCRAM_SHA_256"}}})
	targets := p.add(region, "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup", "ledger", m{"dbProxyName": proxy.id,
		"connectionPoolConfig": m{"maxConnectionsPercent": 80, "maxIdleConnectionsPercent": 40, "connectionBorrowTimeout": 30}})
	name, _ := targets.out("name").(string)
	p.add(region, "aws:rds/proxyTarget:ProxyTarget", "ledger", m{"dbProxyName": proxy.id, "targetGroupName": name, "dbClusterIdentifier": cluster.id})
	p.add(region, "aws:cloudwatch/metricAlarm:MetricAlarm", "lag", m{"comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 3, "threshold": 60000,
		"metricName": "AuroraGlobalDBRPOLag", "namespace": "AWS/RDS", "period": 60, "statistic": "Maximum", "treatMissingData": "notBreaching",
		"dimensions": m{"DBClusterIdentifier": cluster.id}})
}

func (p *plane) registry(region, key string) {
	p.Helper()
	const account = "111122223333"
	images := p.add(region, "aws:ecr/repository:Repository", "login", m{"name": "pitboss/mt/login", "imageTagMutability": "IMMUTABLE",
		"imageScanningConfiguration": m{"scanOnPush": true}, "encryptionConfigurations": []any{m{"encryptionType": "KMS", "kmsKey": key}}})
	p.add(region, "aws:ecr/repository:Repository", "pause", m{"name": "pitboss/mt/pause", "encryptionConfigurations": []any{m{"encryptionType": "KMS"}}})
	p.add(region, "aws:ecr/lifecyclePolicy:LifecyclePolicy", "login", m{"repository": images.id, "policy": `{"rules":[{"rulePriority":1,"description":"d",` +
		`"selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countUnit":"days","countNumber":14},"action":{"type":"expire"}}]}`})
	p.add(region, "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration", "all", m{"scanType": "ENHANCED",
		"rules": []any{m{"scanFrequency": "CONTINUOUS_SCAN", "repositoryFilters": []any{m{"filter": "pitboss/*", "filterType": "WILDCARD"}}}}})
	p.add(region, "aws:ecr/replicationConfiguration:ReplicationConfiguration", "all", m{"replicationConfiguration": m{"rules": []any{m{
		"destinations":      []any{m{"region": map[string]string{home: standby, standby: home}[region], "registryId": account}},
		"repositoryFilters": []any{m{"filter": "pitboss/mt", "filterType": "PREFIX_MATCH"}}}}}})
}

func (p *plane) brokers(region, key string, group *thing, subnets []any) *thing {
	p.Helper()
	configuration := p.add(region, "aws:msk/configuration:Configuration", "kafka", m{"name": "mt-" + region, "kafkaVersions": []any{"3.8.x"}, "serverProperties": "auto.create.topics.enable=false\n"})
	cluster := p.add(region, "aws:msk/cluster:Cluster", "kafka", m{"clusterName": "pitboss-mt-" + region, "kafkaVersion": "3.8.x", "numberOfBrokerNodes": 3, "enhancedMonitoring": "PER_BROKER",
		"brokerNodeGroupInfo": m{"instanceType": "kafka.m7g.large", "clientSubnets": subnets, "securityGroups": []any{group.id},
			"storageInfo":      m{"ebsStorageInfo": m{"volumeSize": 500}},
			"connectivityInfo": m{"vpcConnectivity": m{"clientAuthentication": m{"sasl": m{"iam": true}}}}},
		"clientAuthentication": m{"unauthenticated": false, "sasl": m{"iam": true}},
		"configurationInfo":    m{"arn": configuration.id, "revision": 1},
		"encryptionInfo":       m{"encryptionAtRestKmsKeyArn": key, "encryptionInTransit": m{"clientBroker": "TLS", "inCluster": true}},
		"loggingInfo":          m{"brokerLogs": m{"cloudwatchLogs": m{"enabled": true, "logGroup": "/pitboss/kafka"}}},
		"openMonitoring":       m{"prometheus": m{"jmxExporter": m{"enabledInBroker": true}, "nodeExporter": m{"enabledInBroker": true}}}})
	p.add(region, "aws:msk/clusterPolicy:ClusterPolicy", "kafka", m{"clusterArn": cluster.id,
		"policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"kafka.amazonaws.com"},"Action":"kafka:CreateVpcConnection","Resource":"*"}]}`})
	target := p.add(region, "aws:appautoscaling/target:Target", "storage", m{"serviceNamespace": "kafka", "scalableDimension": "kafka:broker-storage:VolumeSize",
		"resourceId": cluster.id, "minCapacity": 1, "maxCapacity": 2000})
	p.add(region, "aws:appautoscaling/policy:Policy", "storage", m{"name": "storage", "policyType": "TargetTrackingScaling", "serviceNamespace": "kafka",
		"scalableDimension": "kafka:broker-storage:VolumeSize", "resourceId": target.id,
		"targetTrackingScalingPolicyConfiguration": m{"targetValue": 60, "disableScaleIn": true, "predefinedMetricSpecification": m{"predefinedMetricType": "KafkaBrokerStorageUtilization"}}})
	return cluster
}

func (p *plane) replicate(kafka map[string]*thing, role *thing) {
	p.Helper()
	for _, to := range []string{home, standby} {
		from := map[string]string{home: standby, standby: home}[to]
		end := func(region string) m {
			info, _ := kafka[region].out("brokerNodeGroupInfo").(map[string]any)
			return m{"amazonMskCluster": m{"mskClusterArn": kafka[region].id}, "vpcConfig": m{"subnetIds": info["clientSubnets"], "securityGroupsIds": info["securityGroups"]}}
		}
		p.add(to, "aws:msk/replicator:Replicator", "into-"+to, m{"replicatorName": "into-" + to, "description": "d", "serviceExecutionRoleArn": role.arn(),
			"kafkaClusters": []any{end(from), end(to)},
			"replicationInfoList": m{"sourceKafkaClusterArn": kafka[from].id, "targetKafkaClusterArn": kafka[to].id, "targetCompressionType": "NONE",
				"topicReplications": []any{m{"topicsToReplicates": []any{"wallet"}, "topicNameConfiguration": m{"type": "IDENTICAL"}, "startingPosition": m{"type": "EARLIEST"},
					"copyAccessControlListsForTopics": true, "copyTopicConfigurations": true, "detectAndCopyNewTopics": true}},
				"consumerGroupReplications": []any{m{"consumerGroupsToReplicates": []any{".*"}, "synchroniseConsumerGroupOffsets": true, "detectAndCopyNewConsumerGroups": true}}}})
	}
}

func (p *plane) backup(region, key string, cluster, role *thing) {
	p.Helper()
	vault := p.add(region, "aws:backup/vault:Vault", "ledger", m{"name": "mt-ledger-" + region, "kmsKeyArn": key})
	p.add(region, "aws:backup/vaultLockConfiguration:VaultLockConfiguration", "ledger", m{"backupVaultName": vault.id, "minRetentionDays": 7, "maxRetentionDays": 400, "changeableForDays": 3},
		"minRetentionDays", "maxRetentionDays", "changeableForDays")
	plan := p.add(region, "aws:backup/plan:Plan", "ledger", m{"name": "ledger-" + region, "rules": []any{m{"ruleName": "daily", "targetVaultName": vault.id, "schedule": "cron(0 3 * * ? *)",
		"startWindow": 60, "completionWindow": 360, "lifecycle": m{"deleteAfter": 35},
		"copyActions": []any{m{"destinationVaultArn": "arn:aws:backup:eu-west-1:111122223333:backup-vault:x", "lifecycle": m{"deleteAfter": 35}}}}}})
	p.add(region, "aws:backup/selection:Selection", "ledger", m{"name": "ledger", "planId": plan.id, "iamRoleArn": role.arn(), "resources": []any{cluster.arn()}})
}

func (p *plane) front(region string, vpc, group *thing, subnets []any) {
	p.Helper()
	for _, f := range []struct {
		name, protocol string
		port           int
	}{{"web", "TCP", 443}, {"media", "UDP", 7882}} {
		balancer := p.add(region, "aws:lb/loadBalancer:LoadBalancer", f.name, m{"name": f.name + "-" + region, "loadBalancerType": "network", "internal": false, "subnets": subnets,
			"securityGroups": []any{group.id}, "enableCrossZoneLoadBalancing": true, "enableDeletionProtection": true})
		targets := p.add(region, "aws:lb/targetGroup:TargetGroup", f.name, m{"name": f.name + "-" + region, "port": f.port, "protocol": f.protocol, "targetType": "ip", "vpcId": vpc.id,
			"deregistrationDelay": 30, "healthCheck": m{"protocol": "TCP", "port": "8080"}})
		p.add(region, "aws:lb/listener:Listener", f.name, m{"loadBalancerArn": balancer.id, "port": f.port, "protocol": f.protocol,
			"defaultActions": []any{m{"type": "forward", "targetGroupArn": targets.id}}})
		if f.name == "web" {
			p.web[region] = balancer
		}
	}
}

func (p *plane) traffic() {
	p.Helper()
	zone := p.add(home, "aws:route53/zone:Zone", "z", m{"name": "mt.example.com"})
	cluster := p.add(home, "aws:route53recoverycontrol/cluster:Cluster", "c", m{"name": "mt"})
	panel := p.add(home, "aws:route53recoverycontrol/controlPanel:ControlPanel", "p", m{"name": "mt", "clusterArn": cluster.id})
	accelerator := p.add(home, "aws:globalaccelerator/accelerator:Accelerator", "a", m{"name": "mt", "ipAddressType": "IPV4", "enabled": true})
	listener := p.add(home, "aws:globalaccelerator/listener:Listener", "tcp", m{"acceleratorArn": accelerator.id, "protocol": "TCP", "clientAffinity": "SOURCE_IP",
		"portRanges": []any{m{"fromPort": 443, "toPort": 443}}})
	var controls []any
	for _, region := range []string{home, standby} {
		front := p.web[region]
		weight, dial, kind := 100, 100, "PRIMARY"
		if region == standby {
			weight, dial, kind = 0, 0, "SECONDARY"
		}
		control := p.add(home, "aws:route53recoverycontrol/routingControl:RoutingControl", region, m{"name": region, "clusterArn": cluster.id, "controlPanelArn": panel.id})
		controls = append(controls, control.id)
		sli := p.add(home, "aws:route53/healthCheck:HealthCheck", "sli-"+region, m{"type": "HTTPS", "fqdn": region + ".api.mt.example.com", "port": 443, "resourcePath": "/sli/login",
			"requestInterval": 10, "failureThreshold": 3, "enableSni": true, "measureLatency": false})
		lever := p.add(home, "aws:route53/healthCheck:HealthCheck", "lever-"+region, m{"type": "RECOVERY_CONTROL", "routingControlArn": control.id, "invertHealthcheck": true})
		open := p.add(home, "aws:route53/healthCheck:HealthCheck", "open-"+region, m{"type": "CALCULATED", "childHealthThreshold": 2, "childHealthchecks": []any{sli.id, lever.id}})
		p.add(home, "aws:route53/record:Record", "api-"+region, m{"zoneId": zone.id, "name": "api.mt.example.com", "type": "CNAME", "ttl": 30, "setIdentifier": region,
			"records": []any{region + ".api.mt.example.com"}, "weightedRoutingPolicies": []any{m{"weight": weight}}})
		p.add(home, "aws:route53/record:Record", "front-"+region, m{"zoneId": zone.id, "name": "front.mt.example.com", "type": "A", "setIdentifier": region, "healthCheckId": open.id,
			"failoverRoutingPolicies": []any{m{"type": kind}},
			"aliases":                 []any{m{"name": front.out("dnsName"), "zoneId": front.out("zoneId"), "evaluateTargetHealth": true}}})
		p.add(home, "aws:route53/record:Record", "read-"+region, m{"zoneId": zone.id, "name": "read.mt.example.com", "type": "A", "setIdentifier": region,
			"latencyRoutingPolicies": []any{m{"region": region}},
			"aliases":                []any{m{"name": front.out("dnsName"), "zoneId": front.out("zoneId"), "evaluateTargetHealth": true}}})
		p.add(home, "aws:globalaccelerator/endpointGroup:EndpointGroup", region, m{"listenerArn": listener.id, "endpointGroupRegion": region, "trafficDialPercentage": dial,
			"healthCheckPort": 443, "healthCheckProtocol": "TCP", "healthCheckIntervalSeconds": 10, "thresholdCount": 3,
			"endpointConfigurations": []any{m{"endpointId": front.id, "clientIpPreservationEnabled": true, "weight": 100}}})
	}
	p.add(home, "aws:route53recoverycontrol/safetyRule:SafetyRule", "one", m{"name": "one-stays", "controlPanelArn": panel.id, "waitPeriodMs": 5000, "assertedControls": controls,
		"ruleConfig": m{"type": "ATLEAST", "threshold": 2, "inverted": true}})
}
