using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store.Oci;

/// <summary>Media types and annotations of the OCI image specification, of ModelPack (CNCF), and ours.</summary>
internal static class OciTypes
{
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    public const string Index = "application/vnd.oci.image.index.v1+json";
    public const string Artifact = "application/vnd.cncf.model.manifest.v1+json";
    public const string Config = "application/vnd.cncf.model.config.v1+json";
    public const string Weights = "application/vnd.cncf.model.weight.v1.raw";
    public const string FilePath = "org.cncf.model.filepath";
    public const string RefName = "org.opencontainers.image.ref.name";

    /// <summary>What a file is for: a name of <see cref="ResolvedFileRole"/>.</summary>
    public const string Role = "dev.llmoperator.model.role";

    /// <summary>Name of a model as people wrote its source.</summary>
    public const string Name = "dev.llmoperator.model.name";

    private const string Settings = "application/vnd.cncf.model.weight.config.v1.raw";
    private const string Document = "application/vnd.cncf.model.doc.v1.raw";

    /// <summary>The media type of a file.</summary>
    public static string Of(ResolvedFileRole role) =>
        role switch
        {
            ResolvedFileRole.Weights or ResolvedFileRole.Projector or ResolvedFileRole.Adapter => Weights,
            ResolvedFileRole.License => Document,
            _ => Settings,
        };
}
