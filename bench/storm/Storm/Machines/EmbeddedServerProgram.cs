using LlmOperator.ApiServer;

namespace LlmOperator.Storm.Machines;

/// <summary>The embedded API server as a process of its own, so that its cost is its own.</summary>
internal static class EmbeddedServerProgram
{
    public static async Task RunAsync(string kubeconfig, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(Path.GetDirectoryName(kubeconfig)!, "apiserver");
        await using EmbeddedApiServer server = await EmbeddedApiServer.StartAsync(
            new ApiServerOptions { DataDirectory = folder, KubeconfigPath = kubeconfig },
            cancellationToken
        );
        await ChildProcess.UntilStoppedAsync(cancellationToken);
    }
}
