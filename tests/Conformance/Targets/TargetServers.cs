namespace LlmOperator.Conformance.Targets;

/// <summary>The servers of this run; each is started by the first test that wants it, and shared.</summary>
public sealed class TargetServers : IAsyncDisposable
{
    private readonly Dictionary<TargetKind, Lazy<Task<ConformanceTarget>>> _servers = OfThisRun.ToDictionary(
        kind => kind,
        kind => new Lazy<Task<ConformanceTarget>>(() => StartAsync(kind))
    );

    /// <summary>The targets that the environment asks for.</summary>
    public static IReadOnlyList<TargetKind> OfThisRun { get; } =
    [
        TargetKind.Embedded,
        .. Assets is null ? Array.Empty<TargetKind>() : [TargetKind.KubeApiServer],
        .. Kubeconfig is null ? Array.Empty<TargetKind>() : [TargetKind.Kubeconfig],
    ];

    private static string? Assets =>
        Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS") is { Length: > 0 } folder
        && File.Exists(Path.Combine(folder, "kube-apiserver"))
        && File.Exists(Path.Combine(folder, "etcd"))
            ? folder
            : null;

    private static string? Kubeconfig =>
        Environment.GetEnvironmentVariable("LLMOP_CONFORMANCE_KUBECONFIG") is { Length: > 0 } path
            ? path
            : null;

    /// <summary>Opens a workspace on a target; a case that needs what the target lacks is not applicable.</summary>
    internal async Task<Workspace> OpenAsync(TargetKind kind, params Need[] needs)
    {
        var target = await _servers[kind].Value;
        foreach (var need in needs.Where(n => !target.Offers.Contains(n)))
        {
            Assert.Skip($"not applicable: the server has no {need}");
        }
        return await Workspace.OpenAsync(target, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (
            var server in _servers.Values.Where(s =>
                s is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }
            )
        )
        {
            await (await server.Value).DisposeAsync();
        }
    }

    private static async Task<ConformanceTarget> StartAsync(TargetKind kind)
    {
        var target = kind switch
        {
            TargetKind.Embedded => await EmbeddedTarget.StartAsync(CancellationToken.None),
            TargetKind.KubeApiServer => await KubeApiServerTarget.StartAsync(Assets!, CancellationToken.None),
            _ => new KubeconfigTarget(Kubeconfig!),
        };
        try
        {
            await target.PrepareAsync(CancellationToken.None);
            return target;
        }
        catch
        {
            await target.DisposeAsync();
            throw;
        }
    }
}
