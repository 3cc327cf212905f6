using LlmOperator.NodeAgent.Store.Bundles;

namespace LlmOperator.Cli.Stores;

/// <summary>Public keys whose bundles are taken: those that are named, and those of the data folder.</summary>
internal sealed class TrustedKeys : IDisposable
{
    private readonly List<BundleKey> _keys = [];

    /// <summary>The keys.</summary>
    public IReadOnlyList<BundleKey> Keys => _keys;

    /// <summary>Reads keys.</summary>
    /// <param name="named">Files of <c>--trust</c>.</param>
    /// <param name="dataFolder">Folder whose <c>trusted-keys/*.pub</c> are read.</param>
    public static TrustedKeys Read(IEnumerable<string> named, string dataFolder)
    {
        string folder = Path.Combine(dataFolder, "trusted-keys");
        TrustedKeys keys = new();
        try
        {
            foreach (
                string file in named.Concat(
                    Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.pub") : []
                )
            )
            {
                keys._keys.Add(BundleKey.Read(file));
            }

            return keys;
        }
        catch
        {
            keys.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _keys.ForEach(key => key.Dispose());
}
