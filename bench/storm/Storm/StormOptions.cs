using System.Globalization;

namespace LlmOperator.Storm;

/// <summary>One run of the storm.</summary>
internal sealed record StormOptions
{
    /// <summary><c>embedded</c>, or <c>real</c> for etcd and kube-apiserver.</summary>
    public string Target { get; init; } = "embedded";

    /// <summary>LlmModels that are created at once.</summary>
    public int Models { get; init; } = 1000;

    /// <summary>Nodes that are there before.</summary>
    public int Nodes { get; init; } = 300;

    /// <summary>How often the operator is killed while it works.</summary>
    public int Kills { get; init; }

    /// <summary>Seconds of looking on when all is done.</summary>
    public int IdleSeconds { get; init; } = 120;

    /// <summary>Path of the operator's assembly.</summary>
    public string Operator { get; init; } = "";

    /// <summary>Folder of etcd and kube-apiserver.</summary>
    public string Assets { get; init; } = Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS") ?? "";

    /// <summary>File for the numbers; empty for none.</summary>
    public string Json { get; init; } = "";

    /// <summary>File for the end state in its canonical form; empty for none.</summary>
    public string EndState { get; init; } = "";

    /// <summary>File for the operator's log; empty for none.</summary>
    public string Log { get; init; } = "";

    /// <exception cref="ArgumentException">An argument is not known.</exception>
    public static StormOptions Parse(ReadOnlySpan<string> args)
    {
        StormOptions options = new();
        for (int i = 0; i + 1 < args.Length; i += 2)
        {
            string value = args[i + 1];
            options = args[i] switch
            {
                "--target" => options with { Target = value },
                "--models" => options with { Models = Number(value) },
                "--nodes" => options with { Nodes = Number(value) },
                "--kills" => options with { Kills = Number(value) },
                "--idle" => options with { IdleSeconds = Number(value) },
                "--operator" => options with { Operator = value },
                "--assets" => options with { Assets = value },
                "--json" => options with { Json = value },
                "--end-state" => options with { EndState = value },
                "--log" => options with { Log = value },
                _ => throw new ArgumentException($"Unknown argument {args[i]}."),
            };
        }

        return options;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
