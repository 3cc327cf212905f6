namespace LlmOperator.NodeAgent.Store;

/// <summary>
/// A split model is opened by its first part, and the engine finds the others by name beside it:
/// <c>model-00001-of-00003.gguf</c>. Blobs have no such names, so links with them are made.
/// </summary>
internal static class SplitView
{
    public static string FirstPart(ModelStore store, StoredModelFiles model)
    {
        StoredFile[] parts = [.. model.Weights];
        if (parts.Length == 1)
        {
            return store.PathOf(parts[0].Digest);
        }

        string folder = store.Layout.View(model.Digest);
        Directory.CreateDirectory(folder);
        for (int i = 0; i < parts.Length; i++)
        {
            string link = PartPath(folder, i, parts.Length);
            string target = store.PathOf(parts[i].Digest);
            FileInfo info = new(link);
            if (info.LinkTarget != target)
            {
                info.Delete();
                File.CreateSymbolicLink(link, target);
            }
        }

        return PartPath(folder, 0, parts.Length);
    }

    private static string PartPath(string folder, int index, int count) =>
        Path.Combine(folder, $"model-{index + 1:00000}-of-{count:00000}.gguf");
}
