namespace LlmOperator.Cli.Connection;

/// <summary>Which API server and namespace are meant.</summary>
/// <param name="Kubeconfig">File given by <c>--kubeconfig</c>.</param>
/// <param name="Context">Context given by <c>--context</c>.</param>
/// <param name="DataDirectory">Folder given by <c>--data-dir</c>.</param>
/// <param name="Namespace">Namespace given by <c>--namespace</c>.</param>
internal sealed record ConnectionOptions(
    string? Kubeconfig,
    string? Context,
    string? DataDirectory,
    string? Namespace
);
