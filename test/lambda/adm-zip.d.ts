declare module 'adm-zip' {
  class AdmZip {
    constructor(file?: string);
    addFile(name: string, content: Buffer): void;
    getEntries(): readonly { readonly header: { readonly size: number } }[];
    writeZip(file: string): void;
    extractAllTo(folder: string, overwrite: boolean): void;
  }
  export = AdmZip;
}
