using System.Text.Json.Nodes;
using LlmOperator.Cli.Output;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.Cli.Stores;

/// <summary>What is in a store, for people and as JSON. Pure.</summary>
internal static class StoreReport
{
    private const int ShownDigits = 12;

    /// <summary>The table of <c>llmop store ls</c>.</summary>
    public static string Table(StoreContents contents)
    {
        if (contents.Items.Count == 0)
        {
            return $"The store {contents.Folder} is empty.{Environment.NewLine}";
        }

        TextTable table = new();
        table.Add(["DIGEST", "SIZE", "LAST USE", "STATE", "NEEDED BY", "NAME"]);
        foreach (StoreItem item in contents.Items)
        {
            table.Add([
                Short(item),
                ByteSize.Format(item.SizeBytes),
                item.UsedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'"),
                StateOf(item),
                item.PinnedBy.Count == 0 ? "-" : string.Join(", ", item.PinnedBy),
                string.Join(", ", item.Names),
            ]);
        }

        return $"{table}{Environment.NewLine}{ByteSize.Format(contents.SizeBytes)} in {contents.Folder}{Environment.NewLine}";
    }

    /// <summary>Items as JSON.</summary>
    public static JsonArray Json(IEnumerable<StoreItem> items) =>
        [
            .. items.Select(item => new JsonObject
            {
                ["digest"] = item.Digest.ToString(),
                ["sizeBytes"] = item.SizeBytes,
                ["state"] = StateOf(item),
                ["usedAt"] = item.UsedAt.UtcDateTime.ToString("O"),
                ["neededBy"] = Strings(item.PinnedBy),
                ["names"] = Strings(item.Names),
                ["path"] = item.ReferencedPath,
            }),
        ];

    /// <summary>What was, or would be, deleted.</summary>
    public static string Pruned(IReadOnlyList<StoreItem> items, bool isTrial)
    {
        string verb = isTrial ? "would delete" : "deleted";
        IEnumerable<string> lines = items.Select(item =>
            $"{verb} {Short(item)} {ByteSize.Format(item.SizeBytes)} {string.Join(", ", item.Names)}".TrimEnd()
        );
        string sum = ByteSize.Format(items.Sum(item => item.SizeBytes));
        string last =
            items.Count == 0 ? "Nothing may go: everything in the store is needed or in use."
            : isTrial ? $"would free {sum}"
            : $"freed {sum}";
        return string.Join(Environment.NewLine, [.. lines, last, ""]);
    }

    /// <summary>What a verification found.</summary>
    public static string Verified(IReadOnlyList<VerifiedFile> files)
    {
        VerifiedFile[] damaged = [.. files.Where(file => file.Problem is not null)];
        IEnumerable<string> lines = damaged.Select(file =>
            $"damaged {file.Digest}: {file.Problem}"
            + (file.MovedTo is { } target ? $"; moved to {target}" : "")
        );
        string sum = ByteSize.Format(files.Sum(file => file.SizeBytes));
        string last =
            damaged.Length == 0 ? $"{files.Count} files, {sum}: all are sound"
            : damaged.Any(file => file.MovedTo is not null)
                ? $"{files.Count} files, {sum}: {damaged.Length} damaged and put aside; what is needed is pulled again when the agent starts"
            : $"{files.Count} files, {sum}: {damaged.Length} damaged; stop the agent and run it with --repair to put them aside";
        return string.Join(Environment.NewLine, [.. lines, last, ""]);
    }

    /// <summary>The first digits of a digest, as people compare them.</summary>
    public static string Short(StoreItem item) => item.Digest.Hex[..ShownDigits];

    private static string StateOf(StoreItem item) =>
        item.IsPartial ? "Partial"
        : item.IsInUse ? "InUse"
        : item.ReferencedPath is not null ? "Referenced"
        : "Stored";

    private static JsonArray Strings(IEnumerable<string> texts) =>
        [.. texts.Select(text => (JsonNode)JsonValue.Create(text))];
}
