package stateful

import "slices"

// A Turn is what a swap changes in place: the role's numbers, and nothing else.
type Turn struct {
	Type, Path string // the engine's token, and the input; lists by index, parameters by name
	Why        string // what turns, and how it is known that AWS changes it in place
}

var turns = []Turn{
	{"aws:route53/record:Record", "weightedRoutingPolicies", "a record's weight; planned with the provider: in place"},
	{"aws:globalaccelerator/endpointGroup:EndpointGroup", "trafficDialPercentage", "a region's dial; planned with the provider: in place"},
	{"aws:msk/replicator:Replicator", "replicationInfoList.topicReplications", "which of the two carries the topics; planned with the provider: in place"},
	{"aws:msk/replicator:Replicator", "replicationInfoList.consumerGroupReplications", "and the consumers' offsets; planned with the provider: in place"},
	{"kubernetes:autoscaling/v2:HorizontalPodAutoscaler", "spec.minReplicas", "the floor of what answers"},
	{"kubernetes:keda.sh/v1alpha1:ScaledObject", "spec.minReplicaCount", "the floor of what works off topics"},
	{"kubernetes:batch/v1:CronJob", "spec.suspend", "schedules run in the active region only"},
	{"kubernetes:core/v1:ConfigMap", "data.role", "what services are told, in a file that changes under them"},
	{"kubernetes:core/v1:ConfigMap", "data.writes", "whether they may write, likewise"},
	{"aws:rds/clusterParameterGroup:ClusterParameterGroup", "parameters.rds.global_db_rpo", "the bound on loss, which only the primary has; a dynamic parameter"},
}

// Turns is what a swap may change, in the order of the list.
func Turns() []Turn { return slices.Clone(turns) }

// free are the types that hold nothing: they can be made again from the program.
var free = []string{
	"aws:appautoscaling/policy:Policy", "aws:appautoscaling/target:Target",
	"aws:backup/plan:Plan", "aws:backup/selection:Selection",
	"aws:cloudwatch/metricAlarm:MetricAlarm",
	"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "aws:ec2/eip:Eip", "aws:ec2/flowLog:FlowLog",
	"aws:ec2/internetGateway:InternetGateway", "aws:ec2/launchTemplate:LaunchTemplate", "aws:ec2/natGateway:NatGateway",
	"aws:ec2/route:Route", "aws:ec2/routeTable:RouteTable", "aws:ec2/routeTableAssociation:RouteTableAssociation",
	"aws:ec2/securityGroup:SecurityGroup", "aws:ec2/subnet:Subnet", "aws:ec2/vpc:Vpc", "aws:ec2/vpcEndpoint:VpcEndpoint",
	"aws:ecr/replicationConfiguration:ReplicationConfiguration",
	"aws:eks/accessEntry:AccessEntry", "aws:eks/accessPolicyAssociation:AccessPolicyAssociation", "aws:eks/addon:Addon",
	"aws:eks/podIdentityAssociation:PodIdentityAssociation",
	"aws:elasticache/parameterGroup:ParameterGroup", "aws:elasticache/subnetGroup:SubnetGroup",
	"aws:globalaccelerator/endpointGroup:EndpointGroup", "aws:globalaccelerator/listener:Listener",
	"aws:iam/openIdConnectProvider:OpenIdConnectProvider", "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy", "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
	"aws:kms/alias:Alias",
	"aws:lb/listener:Listener", "aws:lb/loadBalancer:LoadBalancer", "aws:lb/targetGroup:TargetGroup",
	"aws:msk/clusterPolicy:ClusterPolicy", "aws:msk/configuration:Configuration", "aws:msk/replicator:Replicator",
	"aws:rds/clusterEndpoint:ClusterEndpoint", "aws:rds/clusterParameterGroup:ClusterParameterGroup", "aws:rds/parameterGroup:ParameterGroup",
	"aws:rds/proxy:Proxy", "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup", "aws:rds/proxyTarget:ProxyTarget", "aws:rds/subnetGroup:SubnetGroup",
	"aws:route53/healthCheck:HealthCheck", "aws:route53/record:Record",
	"aws:route53recoverycontrol/controlPanel:ControlPanel",
	"aws:route53recoverycontrol/routingControl:RoutingControl", "aws:route53recoverycontrol/safetyRule:SafetyRule",
	"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",

	// What the cluster holds of the platform is made again from here: data is in the stores.
	"kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy", "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding",
	"kubernetes:apps/v1:DaemonSet", "kubernetes:apps/v1:Deployment", "kubernetes:apps/v1:StatefulSet",
	"kubernetes:autoscaling.k8s.io/v1:VerticalPodAutoscaler", "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
	"kubernetes:batch/v1:CronJob",
	"kubernetes:core/v1:ConfigMap", "kubernetes:core/v1:LimitRange", "kubernetes:core/v1:Namespace", "kubernetes:core/v1:ResourceQuota",
	"kubernetes:core/v1:Service", "kubernetes:core/v1:ServiceAccount",
	"kubernetes:external-secrets.io/v1:ExternalSecret", "kubernetes:external-secrets.io/v1:SecretStore",
	"kubernetes:keda.sh/v1alpha1:ScaledObject", "kubernetes:monitoring.coreos.com/v1:ServiceMonitor",
	"kubernetes:networking.k8s.io/v1:NetworkPolicy", "kubernetes:policy/v1:PodDisruptionBudget",
	"kubernetes:rbac.authorization.k8s.io/v1:Role", "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
	"kubernetes:scheduling.k8s.io/v1:PriorityClass", "kubernetes:storage.k8s.io/v1:StorageClass",
	"kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy",
}

// Free says whether a type holds nothing.
func Free(typ string) bool { return slices.Contains(free, typ) }

// FreeTypes is every type that holds nothing.
func FreeTypes() []string { return slices.Clone(free) }
