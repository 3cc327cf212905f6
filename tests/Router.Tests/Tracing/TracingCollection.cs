namespace LlmOperator.Router.Tests.Tracing;

/// <summary>Sources of spans and meters are the process's: no other router may run beside these tests.</summary>
[CollectionDefinition(nameof(TracingCollection), DisableParallelization = true)]
public sealed class TracingCollection;
