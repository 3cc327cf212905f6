namespace LlmOperator.Kubernetes.Configuration;

/// <summary>Where a configuration comes from: flag, KUBECONFIG, in-cluster, home directory (C1).</summary>
internal static class ConfigurationSearch
{
    public static KubernetesConfiguration Load(
        string? kubeconfigPath,
        string? context,
        ConfigurationEnvironment environment
    )
    {
        if (!string.IsNullOrEmpty(kubeconfigPath))
        {
            return KubeconfigResolver.Resolve(KubeconfigFile.Read(kubeconfigPath), context);
        }

        string? list = environment.GetVariable("KUBECONFIG");
        if (!string.IsNullOrEmpty(list))
        {
            return KubeconfigResolver.Resolve(ReadList(list), context);
        }

        // A context is named only in a kubeconfig, so asking for one means not the pod's service account.
        if (context is null && InClusterConfiguration.Find(environment) is { } inCluster)
        {
            return inCluster;
        }

        string home = Path.Combine(environment.HomeDirectory, ".kube", "config");
        return File.Exists(home)
            ? KubeconfigResolver.Resolve(KubeconfigFile.Read(home), context)
            : throw new KubeconfigException(
                $"No Kubernetes configuration: KUBECONFIG is not set, this is not a pod, and {home} does not exist. "
                    + "Name a file with --kubeconfig."
            );
    }

    // A listed file may be missing; that is how people keep one KUBECONFIG for several machines (C2).
    private static Kubeconfig ReadList(string list)
    {
        IEnumerable<string> paths = list.Split(
                Path.PathSeparator,
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
            )
            .Distinct(StringComparer.Ordinal);
        List<Kubeconfig> files = [.. paths.Where(File.Exists).Select(KubeconfigFile.Read)];
        return files.Count > 0
            ? files.Aggregate(KubeconfigMerge.Merge)
            : throw new KubeconfigException($"None of the files in KUBECONFIG exists: {list}.");
    }
}
