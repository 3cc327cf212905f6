using LlmOperator.Conformance.Targets;

namespace LlmOperator.Storm.Machines;

/// <summary>The API server of a run: the embedded one, or etcd and kube-apiserver.</summary>
internal sealed class ServerUnderTest : IAsyncDisposable
{
    private static readonly string[] s_programs = ["etcd", "kube-apiserver"];
    private readonly IAsyncDisposable _owned;

    private ServerUnderTest(IAsyncDisposable owned, string kubeconfig, IReadOnlyList<int> processes) =>
        (_owned, Kubeconfig, Processes) = (owned, kubeconfig, processes);

    /// <summary>Path of a kubeconfig.</summary>
    public string Kubeconfig { get; }

    /// <summary>Its processes.</summary>
    public IReadOnlyList<int> Processes { get; }

    public ProcessUsage Usage =>
        Processes
            .Select(p => ProcessUsage.Read(p) ?? default)
            .Aggregate(
                (sum, next) =>
                    new ProcessUsage(sum.CpuSeconds + next.CpuSeconds, sum.ResidentBytes + next.ResidentBytes)
            );

    public static async Task<ServerUnderTest> StartAsync(
        StormOptions options,
        string folder,
        CancellationToken cancellationToken
    )
    {
        string kubeconfig = Path.Combine(folder, "kubeconfig");
        if (options.Target == "real")
        {
            ControlPlane plane = new(options.Assets);
            await plane.StartAsync(cancellationToken);
            await File.WriteAllTextAsync(kubeconfig, plane.Kubeconfig, cancellationToken);
            int[] processes =
            [
                .. ProcessUsage
                    .ChildrenOf(Environment.ProcessId)
                    .Where(c => s_programs.Contains(c.Name))
                    .Select(c => c.Id),
            ];
            return new ServerUnderTest(plane, kubeconfig, processes);
        }

        ChildProcess child = ChildProcess.StartSelf(
            Path.Combine(folder, "apiserver.log"),
            "apiserver",
            kubeconfig
        );
        while (!File.Exists(kubeconfig))
        {
            if (child.HasExited)
            {
                throw new InvalidOperationException(
                    await File.ReadAllTextAsync(Path.Combine(folder, "apiserver.log"), cancellationToken)
                );
            }

            await Task.Delay(50, cancellationToken);
        }

        return new ServerUnderTest(child, kubeconfig, [child.Id]);
    }

    public ValueTask DisposeAsync() => _owned.DisposeAsync();
}
