using System.Formats.Tar;
using System.Text.Json.Nodes;

namespace LlmOperator.Deploy.Tests.Images;

/// <summary>
/// deploy/images/build on stand-ins for the root file system and the published programs: what the images say is what
/// the Dockerfiles say, and the same inputs give the same bytes.
/// </summary>
public sealed class BuildTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("llmop-images-").FullName;

    public static TheoryData<string> Images => [.. Dockerfile.Images];

    [Theory]
    [MemberData(nameof(Images))]
    public async Task Build_OfEachImage_SaysWhatItsDockerfileSays(string image)
    {
        Dockerfile file = Dockerfile.Of(image);

        BuiltImage built = new(await BuildAsync(image, "out"));

        Assert.Empty(built.Faults());
        JsonNode config = built.Config["config"]!;
        Assert.Equal(file.Last("USER"), [(string)config["User"]!]);
        Assert.Equal(file.Last("ENTRYPOINT"), [config["Entrypoint"]!.ToJsonString()]);
        Assert.Equal(file.Last("ENV"), config["Env"]!.AsArray().Select(e => (string)e!).Skip(1));
        string version = file.Last("ARG")[0].Split('=')[1];
        Assert.Equal(
            file.Last("LABEL").Select(l => l.Replace("${VERSION}", version, StringComparison.Ordinal)),
            config["Labels"]!.AsObject().Select(l => $"{l.Key}=\"{l.Value}\"")
        );
        Assert.Equal([$"llm-operator/{image}:{version}"], Names(built.DockerManifest["RepoTags"]!));
        Assert.Equal(
            $"docker.io/llm-operator/{image}:{version}",
            (string)built.Index["manifests"]![0]!["annotations"]!["io.containerd.image.name"]!
        );
    }

    [Theory]
    [MemberData(nameof(Images))]
    public async Task Build_OfEachImage_HoldsTheRootAndTheProgram_OwnedByRoot(string image)
    {
        BuiltImage built = new(await BuildAsync(image, "out"));

        TarEntry program = Assert.Single(
            built.Files,
            f => $"[\"{f.Name[1..]}\"]" == Dockerfile.Of(image).Last("ENTRYPOINT")[0]
        );
        Assert.Equal(0, program.Uid);
        Assert.True(program.Mode.HasFlag(UnixFileMode.OtherExecute));
        Assert.Contains(built.Files, f => f.Name == "./etc/passwd");
        // Only the agent's data folder belongs to whom the program runs as.
        string[] writable = [.. built.Files.Where(f => f.Uid != 0).Select(f => f.Name)];
        Assert.Equal(image == "node-agent" ? ["./var/lib/llm-operator/"] : [], writable);
        Assert.Equal(
            built.Manifest["layers"]!.AsArray().Select(l => (string)l!["digest"]!),
            Names(built.Config["rootfs"]!["diff_ids"]!)
        );
        Assert.Equal(
            built.Manifest["layers"]!.AsArray().Select(l => BuiltImage.PathOf(l!)),
            Names(built.DockerManifest["Layers"]!)
        );
    }

    [Fact]
    public async Task Build_Twice_GivesTheSameBytes()
    {
        string first = await BuildAsync("node-agent", "first");
        foreach (string file in Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        }

        string second = await BuildAsync("node-agent", "second");

        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
    }

    [Fact]
    public async Task Build_WithAnotherRegistryAndTag_NamesTheImageSo()
    {
        BuiltImage built = new(
            await BuildAsync("router", "out", "--prefix", "registry.example.com:5000/team", "--tag", "7")
        );

        Assert.Equal(["registry.example.com:5000/team/router:7"], Names(built.DockerManifest["RepoTags"]!));
        Assert.Equal(
            "registry.example.com:5000/team/router:7",
            (string)built.Index["manifests"]![0]!["annotations"]!["io.containerd.image.name"]!
        );
    }

    [Fact]
    public async Task Build_WithoutThePublishedProgram_SaysWhatToRun()
    {
        Prepare("router");
        File.Delete(Path.Combine(_folder, "published", "router", "LlmOperator.Router"));

        (int code, _, string errors) = await Tools.RunAsync(Script, Arguments("router", "out"));

        Assert.Equal(1, code);
        Assert.Contains("run deploy/images/publish router", errors, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Script => Repository.PathOf("deploy", "images", "build");

    private async Task<string> BuildAsync(string image, string folder, params string[] more)
    {
        Prepare(image);
        (int code, string output, string errors) = await Tools.RunAsync(
            Script,
            [.. Arguments(image, folder), .. more]
        );
        Assert.True(code == 0, output + errors);
        return Path.Combine(_folder, folder, $"{image}.tar");
    }

    private string[] Arguments(string image, string folder) =>
        [
            image,
            "--root",
            Path.Combine(_folder, "root"),
            "--published",
            Path.Combine(_folder, "published"),
            "--out",
            Path.Combine(_folder, folder),
        ];

    private void Prepare(string image)
    {
        string etc = Directory.CreateDirectory(Path.Combine(_folder, "root", "etc")).FullName;
        File.WriteAllText(Path.Combine(etc, "passwd"), "root:x:0:0::/:/nonexistent\n");
        string published = Directory.CreateDirectory(Path.Combine(_folder, "published", image)).FullName;
        string name = Dockerfile.Of(image).Last("ENTRYPOINT")[0].Trim('[', ']', '"').Split('/')[^1];
        string program = Path.Combine(published, name);
        File.WriteAllText(program, "a program\n");
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
    }

    private static IEnumerable<string> Names(JsonNode list) => list.AsArray().Select(n => (string)n!);
}
