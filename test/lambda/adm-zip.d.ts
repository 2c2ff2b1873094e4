declare module 'adm-zip' {
  class AdmZip {
    constructor(file?: string);
    addFile(name: string, content: Buffer): void;
    writeZip(file: string): void;
    extractAllTo(folder: string, overwrite: boolean): void;
  }
  export = AdmZip;
}
