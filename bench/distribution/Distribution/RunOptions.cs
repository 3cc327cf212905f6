using System.Globalization;

namespace LlmOperator.Distribution;

/// <summary>What one run measures.</summary>
internal sealed record RunOptions
{
    public int Nodes { get; init; } = 8;

    /// <summary>Bytes of the model, about.</summary>
    public long Bytes { get; init; } = 1 << 30;

    /// <summary>Bytes a second of every link, as the namespaces have it; only to compute the bound.</summary>
    public long Rate { get; init; } = 20_000_000;

    public int UnitBytes { get; init; } = 4 << 20;

    /// <summary><c>plain</c>, <c>late</c>, <c>dies</c>, <c>seeder-dies</c>, <c>wrong</c> or <c>source-dies</c>.</summary>
    public string Story { get; init; } = "plain";

    /// <summary>Nodes, from the last one down, whose links have 60 % of the rate.</summary>
    public int SlowNodes { get; init; }

    public required string Folder { get; init; }

    public static RunOptions Parse(string[] args)
    {
        Dictionary<string, string> given = [];
        for (int i = 0; i + 1 < args.Length; i += 2)
        {
            given[args[i]] = args[i + 1];
        }

        long Number(string name, long other) =>
            given.TryGetValue(name, out string? text)
                ? long.Parse(text, CultureInfo.InvariantCulture)
                : other;
        RunOptions defaults = new() { Folder = given["--folder"] };
        return defaults with
        {
            Nodes = (int)Number("--nodes", defaults.Nodes),
            Bytes = Number("--bytes", defaults.Bytes),
            Rate = Number("--rate", defaults.Rate),
            UnitBytes = (int)Number("--unit", defaults.UnitBytes),
            SlowNodes = (int)Number("--slow", 0),
            Story = given.GetValueOrDefault("--story", defaults.Story),
        };
    }
}
