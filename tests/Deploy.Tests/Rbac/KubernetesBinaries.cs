namespace LlmOperator.Deploy.Tests.Rbac;

/// <summary>Finds a kube-apiserver with an etcd.</summary>
internal static class KubernetesBinaries
{
    private const string Cached = "llm-operator/kubernetes-1.20.2";

    /// <summary>
    /// The folder that KUBEBUILDER_ASSETS names, or the one that tests/EndToEnd/cluster/build fills; skips the test when
    /// there is neither.
    /// </summary>
    public static string Require()
    {
        string? folder = new[]
        {
            Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS"),
            CacheFolder(),
        }.FirstOrDefault(f =>
            f is { Length: > 0 } && File.Exists(Path.Combine(f, "kube-apiserver")) && HasEtcd(f)
        );
        Assert.SkipWhen(
            folder is null,
            "There is no kube-apiserver with an etcd: let KUBEBUILDER_ASSETS name their folder, or run "
                + "tests/EndToEnd/cluster/build."
        );
        return folder!;
    }

    private static string CacheFolder()
    {
        string root = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(root, Cached);
    }

    private static bool HasEtcd(string folder) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Prepend(folder)
            .Any(f => File.Exists(Path.Combine(f, "etcd")));
}
