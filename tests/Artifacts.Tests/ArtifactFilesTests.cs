using LlmOperator.Api.V1Alpha1;
using LlmOperator.Models.Sources;

namespace LlmOperator.Artifacts.Tests;

public sealed class ArtifactFilesTests
{
    private static readonly ModelDigest s_weights = ModelDigest.Parse(new string('a', 64));
    private static readonly ModelDigest s_template = ModelDigest.Parse(new string('b', 64));
    private static readonly OllamaSource s_ollama = new(OllamaName.Parse("tiny:v1"));

    [Fact]
    public void Of_OllamaModel_ComesBackAsThePinnedSource()
    {
        ModelArtifact artifact = ArtifactOf(
            new() { Ollama = new OllamaModelSource { Name = "tiny:v1" } },
            ArtifactFiles.Of(
                s_ollama,
                Resolved(
                    File(ResolvedFileRole.Weights, s_weights, 5),
                    File(ResolvedFileRole.Template, s_template, 3)
                )
            )
        );

        PinnedSource pinned = Assert.IsType<PinnedSource>(ArtifactFiles.SourceOf(artifact));

        Assert.Equal(s_ollama, pinned.Origin);
        Assert.Equal(
            [
                new PinnedFile(ResolvedFileRole.Weights, s_weights, 5),
                new PinnedFile(ResolvedFileRole.Template, s_template, 3),
            ],
            pinned.Files
        );
    }

    [Fact]
    public void Of_FileWithoutDigest_WritesNothingDown() =>
        Assert.Null(
            ArtifactFiles.Of(
                new HttpSource(new Uri("https://models.example/m.gguf")),
                Resolved(File(ResolvedFileRole.Weights, null, 5))
            )
        );

    [Fact]
    public void Of_FileOfTheNode_WritesNothingDown() =>
        Assert.Null(
            ArtifactFiles.Of(
                new FileSource("/models/m.gguf"),
                Resolved(File(ResolvedFileRole.Weights, s_weights, 5))
            )
        );

    [Fact]
    public void SourceOf_ArtifactWithoutFiles_IsTheSourceByName() =>
        Assert.Equal(
            s_ollama,
            ArtifactFiles.SourceOf(
                ArtifactOf(new() { Ollama = new OllamaModelSource { Name = "tiny:v1" } }, null)
            )
        );

    [Theory]
    [InlineData("sha256:../../x", 5, null)]
    [InlineData("sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0, null)]
    [InlineData("sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 5, "a/../b.gguf")]
    public void SourceOf_UnsoundFile_IsRefused(string digest, long size, string? path) =>
        Assert.Throws<ModelSourceException>(() =>
            ArtifactFiles.SourceOf(
                ArtifactOf(
                    new() { Ollama = new OllamaModelSource { Name = "tiny:v1" } },
                    [
                        new ArtifactFile
                        {
                            Digest = digest,
                            SizeBytes = size,
                            Path = path,
                        },
                    ]
                )
            )
        );

    private static ModelArtifact ArtifactOf(
        Api.V1Alpha1.ModelSource source,
        IReadOnlyList<ArtifactFile>? files
    ) =>
        new()
        {
            Variant = "default",
            Source = source,
            Digest = s_weights.ToString(),
            Files = files,
        };

    private static ResolvedModel Resolved(params ResolvedFile[] files) =>
        new()
        {
            Digest = files[0].Digest,
            SizeBytes = files.Sum(f => f.SizeBytes),
            Files = files,
            Revision = "",
            DisplayName = "test",
        };

    private static ResolvedFile File(ResolvedFileRole role, ModelDigest? digest, long size) =>
        new()
        {
            Role = role,
            Digest = digest,
            SizeBytes = size,
            Url = new Uri("https://models.example/m.gguf"),
        };
}
