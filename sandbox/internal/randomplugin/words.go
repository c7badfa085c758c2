package randomplugin

// Words of random pet names, of our own choosing: as elsewhere an animal, an
// adjective before it, adverbs before that.
var (
	adverbs = []string{
		"barely", "boldly", "briefly", "calmly", "clearly", "closely", "deeply", "duly", "early", "evenly",
		"fairly", "finely", "firmly", "freely", "fully", "gently", "gladly", "hardly", "highly", "kindly",
		"largely", "lately", "lightly", "mainly", "merely", "mildly", "mostly", "nearly", "neatly", "nicely",
		"openly", "partly", "plainly", "purely", "quickly", "quietly", "rarely", "readily", "really", "safely",
		"sharply", "simply", "slowly", "smoothly", "softly", "solely", "surely", "truly", "vastly", "wholly",
	}
	adjectives = []string{
		"able", "amber", "brave", "bright", "brisk", "calm", "civil", "clean", "clever", "crisp",
		"daring", "eager", "early", "exact", "fair", "fine", "firm", "fresh", "gentle", "glad",
		"golden", "grand", "happy", "hardy", "keen", "kind", "lively", "loyal", "lucky", "mellow",
		"mild", "modest", "neat", "noble", "patient", "plain", "proud", "quick", "quiet", "rapid",
		"ready", "rosy", "sharp", "silent", "sober", "solid", "steady", "sunny", "swift", "tidy",
		"true", "upright", "vivid", "warm", "wise", "witty", "young", "zesty",
	}
	animals = []string{
		"ant", "badger", "bat", "bear", "beaver", "bee", "bison", "boar", "camel", "cat",
		"cod", "crab", "crane", "crow", "deer", "dog", "dolphin", "donkey", "dove", "duck",
		"eagle", "eel", "falcon", "ferret", "finch", "fox", "frog", "goat", "goose", "gull",
		"hare", "hawk", "heron", "horse", "ibex", "jay", "koala", "lark", "lion", "llama",
		"lynx", "mole", "moose", "moth", "newt", "otter", "owl", "panda", "pike", "puma",
		"quail", "rabbit", "raven", "robin", "salmon", "seal", "shrew", "snail", "sparrow", "stork",
		"swan", "tiger", "toad", "trout", "turtle", "viper", "walrus", "weasel", "whale", "wolf",
		"wren", "yak", "zebra",
	}
)
