using LlmOperator.Cli.Stores;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.Cli.Tests.Stores;

public sealed class StoreReportTests
{
    private static readonly ModelDigest s_digest = ModelDigest.Parse(new string('a', 64));

    private static readonly StoreItem s_item = new()
    {
        Digest = s_digest,
        SizeBytes = 3 << 20,
        Names = ["library/demo:latest"],
        PinnedBy = ["replica:llm/demo-1"],
        UsedAt = DateTimeOffset.Parse("2026-03-01T10:00:00Z"),
    };

    [Fact]
    public void Table_OneBlob_SaysAllOfIt()
    {
        string text = StoreReport.Table(
            new StoreContents
            {
                Folder = "/data/store",
                Items = [s_item],
                Models = [],
            }
        );

        Assert.Contains(
            "aaaaaaaaaaaa   3.0 MiB   2026-03-01 10:00:00Z   Stored   replica:llm/demo-1   library/demo:latest",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains("3.0 MiB in /data/store", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Pruned_Trial_SaysWould()
    {
        Assert.Equal(
            $"would delete aaaaaaaaaaaa 3.0 MiB library/demo:latest{Environment.NewLine}would free 3.0 MiB{Environment.NewLine}",
            StoreReport.Pruned([s_item], isTrial: true)
        );
        Assert.Contains("Nothing may go", StoreReport.Pruned([], isTrial: false), StringComparison.Ordinal);
    }

    [Fact]
    public void Verified_Damage_SaysWhatToDo()
    {
        VerifiedFile[] files = [new("sha256:aa", 100, null), new("sha256:bb", 50, "the file is missing")];

        string text = StoreReport.Verified(files);

        Assert.Contains("damaged sha256:bb: the file is missing", text, StringComparison.Ordinal);
        Assert.Contains("--repair", text, StringComparison.Ordinal);
        Assert.Contains("all are sound", StoreReport.Verified(files[..1]), StringComparison.Ordinal);
    }

    [Fact]
    public void Find_FolderOfUpOrStore_GivesTheStore()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("llmop-location-");
        try
        {
            Assert.Equal(
                Path.Combine(folder.FullName, "nodes", "local-2", "store"),
                StoreLocation.Find(folder.FullName, "local-2").Folder
            );
            Assert.Throws<CliException>(() => StoreLocation.Find(folder.FullName, "../x"));
            string ofAgent = Path.Combine(folder.FullName, "store");
            Directory.CreateDirectory(Path.Combine(ofAgent, "blobs", "sha256"));
            Assert.Equal(ofAgent, StoreLocation.Find(folder.FullName, "local").Folder);
            Assert.Equal(ofAgent, StoreLocation.Find(ofAgent, "local").Folder);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
