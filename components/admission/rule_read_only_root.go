package admission

var readOnlyRoot = podRule("read-only-root",
	"an intruder wrote a tool into the image's file system and came back to it after every crash",
	container(`c.?securityContext.?readOnlyRootFilesystem.orValue(false) == true`,
		"the container may write to its root file system",
		"set securityContext.readOnlyRootFilesystem: true, and mount an emptyDir with a sizeLimit where it must write"),
)
