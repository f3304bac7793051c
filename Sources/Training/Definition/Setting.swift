import Configuration

/// A documented setting of a definition; `Parameter` alone would also mean a network's weights.
typealias Setting<Value: ParameterValue> = Configuration.Parameter<Value>
