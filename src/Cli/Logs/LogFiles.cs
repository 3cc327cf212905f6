using LlmOperator.Cli.Connection;

namespace LlmOperator.Cli.Logs;

/// <summary>Finds log files in a data folder.</summary>
internal static class LogFiles
{
    /// <summary>The log of all parts, or those of a model's (or one replica's) engines.</summary>
    /// <exception cref="CliException">There is none.</exception>
    public static IReadOnlyList<LogFile> Find(DataDirectory data, string? name)
    {
        if (name is null)
        {
            return File.Exists(data.Log)
                ? [new LogFile("llmop", data.Log)]
                : throw new CliException(
                    $"There is no log in {data.Path}; `llmop up` has not run on this folder."
                );
        }

        // Engine logs lie at nodes/NODE/logs/NAMESPACE_REPLICA.log; a replica's name begins with its model's.
        List<LogFile> found = [];
        string nodes = data.Node("");
        foreach (string node in Directory.Exists(nodes) ? Directory.GetDirectories(nodes) : [])
        {
            string logs = Path.Combine(node, "logs");
            foreach (string file in Directory.Exists(logs) ? Directory.GetFiles(logs, "*.log") : [])
            {
                string replica = Path.GetFileNameWithoutExtension(file).Split('_', 2)[^1];
                if (replica == name || replica.StartsWith(name + "-", StringComparison.Ordinal))
                {
                    found.Add(new LogFile(replica, file));
                }
            }
        }

        return found.Count > 0
            ? found
            : throw new CliException(
                $"No engine of {name} has run on this folder; `llmop get modelreplicas` shows the replicas and why they wait."
            );
    }
}
