using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store.Bundles;

/// <summary>A bundle as it is read: entry after entry, each length checked before its bytes are taken.</summary>
internal sealed class BundleInput(Stream input)
{
    /// <summary>The next entry; null at the end.</summary>
    /// <exception cref="EndOfStreamException">The archive is truncated.</exception>
    /// <exception cref="StoreException">It is no entry that is taken.</exception>
    public async Task<TarHeader?> NextAsync(CancellationToken cancellationToken)
    {
        byte[] block = new byte[TarHeader.BlockBytes];
        await input.ReadExactlyAsync(block, cancellationToken);
        return TarHeader.Parse(block);
    }

    /// <summary>The text of the next entry, which must have a name.</summary>
    public async Task<byte[]> ReadNamedAsync(string name, CancellationToken cancellationToken)
    {
        TarHeader? header = await NextAsync(cancellationToken);
        return header?.Name == name
            ? await ReadTextAsync(header, cancellationToken)
            : throw new StoreException(
                $"The file is no bundle: '{name}' is not where it should be; bundles are made by llmop store export."
            );
    }

    /// <summary>The bytes of an entry that is small.</summary>
    public async Task<byte[]> ReadTextAsync(TarHeader header, CancellationToken cancellationToken)
    {
        if (header.SizeBytes > BundleNames.LongestText)
        {
            throw new StoreException(
                $"The bundle's '{TarHeader.Shown(header.Name)}' is larger than {BundleNames.LongestText} bytes."
            );
        }

        byte[] content = new byte[header.SizeBytes];
        await input.ReadExactlyAsync(content, cancellationToken);
        await SkipPaddingAsync(header, cancellationToken);
        return content;
    }

    /// <summary>Copies the bytes of an entry, and gives their digest.</summary>
    public async Task<ModelDigest> CopyAsync(
        TarHeader header,
        Stream target,
        Action<long> progress,
        CancellationToken cancellationToken
    )
    {
        (ModelDigest digest, long bytes) = await FileHash.CopyAsync(
            input,
            target,
            header.SizeBytes,
            progress,
            cancellationToken
        );
        if (bytes < header.SizeBytes)
        {
            throw new EndOfStreamException();
        }

        await SkipPaddingAsync(header, cancellationToken);
        return digest;
    }

    private async Task SkipPaddingAsync(TarHeader header, CancellationToken cancellationToken) =>
        await input.ReadExactlyAsync(new byte[TarHeader.PaddingOf(header.SizeBytes)], cancellationToken);
}
